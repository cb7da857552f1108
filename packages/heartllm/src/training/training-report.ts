import { escapeText } from '@heartllm/ecg-plot';
import type { StepEvent, TrainingEvent, ValidationEvent } from '@heartllm/training';
import type { Settings } from '@heartllm/training/recipe';
import { definitions, htmlPage } from '../html-page.ts';
import { duration } from '../terminal/duration.ts';
import { smooth, thin } from './curves.ts';
import { type ChartLine, lineChart } from './line-chart.ts';

/** What a report of a training run shows. */
export interface TrainingReport {
  /** The model folder's name. */
  name: string;
  /** 'stage 1: ECG to codes and back' */
  stage: string;
  /** Terms and what they are: recordings, weights. */
  facts: [string, string][];
  /** Every setting with its value, and what the settings mean. */
  recipe: Record<string, unknown>;
  settings: Settings;
  /** All of the run's, in order. */
  events: TrainingEvent[];
  /** HTML: what the model makes of records that it does not learn from. */
  examples: string;
}

const BLUE = '#0b63e6';
const PALE = '#b9d2f7';
const RED = '#c23b22';

/** What a number of a validation is, where its name does not say it. */
const METRIC_TITLES: Record<string, string> = {
  mse: 'Reconstruction: mean squared error on the z-scored signal of fold 9',
  codesUsed: 'Codes used on fold 9',
  perplexity: 'Perplexity of the codes on fold 9',
};

/** A training run as one self-contained page: curves, settings and examples; no scripts, no requests. */
export function trainingReport(report: TrainingReport): string {
  const { name, stage, facts, recipe, settings, events, examples } = report;
  const steps = events.filter((event) => event.type === 'step');
  const validations = events.filter((event) => event.type === 'validation');
  return htmlPage(
    `Training of ${name}`,
    [
      definitions(stage, [...standing(events, steps, validations), ...facts]),
      `<section><h2>Loss</h2>${lossChart(steps, validations)}</section>`,
      metricCharts(validations),
      examples,
      `<section><h2>Steps</h2><div class="charts">${stepCharts(steps)}</div></section>`,
      settingTable(recipe, settings),
    ]
      .filter(Boolean)
      .join('\n'),
    STYLE,
  );
}

/** How far the run is, and its best so far. */
function standing(events: TrainingEvent[], steps: StepEvent[], validations: ValidationEvent[]): [string, string][] {
  const end = events.at(-1);
  const last = steps.at(-1);
  const { totalSteps } = events.find((event) => event.type === 'start') ?? { totalSteps: 0 };
  const seconds = [...steps, ...validations].reduce((sum, event) => sum + (event.seconds ?? 0), 0);
  const state = end?.type === 'end' ? REASONS[end.reason] : 'running';
  const best = validations.reduce<ValidationEvent | undefined>(
    (least, event) => (least && least.loss <= event.loss ? least : event),
    undefined,
  );
  const facts: [string, string][] = [['State', `${state}, step ${last?.step ?? 0} of ${totalSteps}`]];
  if (last) {
    const left = ((last.totalSteps - last.step) * seconds) / steps.length;
    const remaining = end?.type === 'end' ? '' : `, about ${duration(left)} left`;
    facts.push(['Time', `${duration(seconds)}, ${(seconds / steps.length).toPrecision(3)} s per step${remaining}`]);
  }
  if (best) {
    const metrics = measured(best).map(([metric, value]) => `, ${metric} ${shown(value)}`);
    facts.push(['Best validation', `step ${best.step}: loss ${shown(best.loss)}${metrics.join('')}`]);
  }
  return facts;
}

/** What a validation gives beside the loss. */
function measured({ metrics }: ValidationEvent): [string, number][] {
  return Object.entries(metrics).filter(([name]) => name !== 'loss');
}

const REASONS = { finished: 'finished', patience: 'ended early, no longer better', stopped: 'stopped' };

function lossChart(steps: StepEvent[], validations: ValidationEvent[]): string {
  const losses = steps.map(({ step, loss }): [number, number] => [step, loss]);
  const lines: ChartLine[] = [
    { label: 'training', colour: PALE, points: thin(losses), width: 1 },
    { label: 'running mean', colour: BLUE, points: thin(smooth(losses)), width: 2 },
    { label: 'validation', colour: RED, points: validations.map(({ step, loss }) => [step, loss]), dots: true },
  ];
  return lineChart(lines, { title: 'Loss', xLabel: 'step', logarithmic: true, width: 1080, height: 320 });
}

/** One chart for every number that the validations give beside the loss. */
function metricCharts(validations: ValidationEvent[]): string {
  const names = [...new Set(validations.flatMap((event) => measured(event).map(([name]) => name)))];
  const charts = names.map((name) => {
    const points = validations.map(({ step, metrics }): [number, number] => [step, metrics[name] ?? Number.NaN]);
    const line = { label: name, colour: RED, points, dots: true };
    return lineChart([line], { title: METRIC_TITLES[name] ?? name, xLabel: 'step', width: 530 });
  });
  if (!charts.length) return '';
  return `<section><h2>Validation</h2><div class="charts">${charts.join('\n')}</div></section>`;
}

function stepCharts(steps: StepEvent[]): string {
  const chart = (title: string, of: (event: StepEvent) => number | undefined) => {
    const points = steps.map((event): [number, number] => [event.step, of(event) ?? Number.NaN]);
    if (!points.some(([, y]) => Number.isFinite(y))) return '';
    const line = { label: title, colour: BLUE, points: thin(points.filter(([, y]) => Number.isFinite(y))) };
    return lineChart([line], { title, xLabel: 'step', width: 530, height: 180 });
  };
  return [
    chart('Learning rate', ({ lr }) => lr),
    chart('2-norm of the gradients, before clipping', ({ gradientNorm }) => gradientNorm),
    chart('Steps per second', ({ seconds }) => 1 / seconds),
    chart('Memory of the process, MB', ({ rss }) => rss && rss / 1e6),
    chart('Tensors held', ({ tensors }) => tensors),
  ].join('\n');
}

function settingTable(recipe: Record<string, unknown>, settings: Settings): string {
  const rows = Object.entries(recipe).map(([name, value]) => {
    const { description = '', default: preset } = settings[name] ?? {};
    const written = String(value);
    const other = written === String(preset) ? '' : ' class="other"';
    return `<tr${other}><th scope="row">${escapeText(name)}</th><td>${escapeText(written)}</td><td class="label">${escapeText(description)}</td></tr>`;
  });
  return `<section><h2>Settings</h2><p>Those that are not the published ones are in colour.</p><table class="settings"><tbody>${rows.join('\n')}</tbody></table></section>`;
}

const shown = (value: number) => (Number.isInteger(value) ? String(value) : value.toPrecision(4));

const STYLE = `
.charts { display: flex; flex-wrap: wrap; gap: 1rem; }
.chart { max-width: 100%; height: auto; }
.settings { width: auto; table-layout: auto; }
.settings th, .settings td { padding: .15rem 1.2rem .15rem 0; }
.settings .other td:not(.label) { color: #0b63e6; }
`;
