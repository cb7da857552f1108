import type { Source } from '@heartllm/ecg-io';
import { parseJson } from '@heartllm/source';

/** heartllm.json: what a model folder holds and where it comes from. */
export interface ModelManifest {
  /** Version of this format, 1. */
  schemaVersion: 1;
  /** What outputs and errors call the model. */
  name: string;
  /** What the model is, in sentences for people. */
  description: string;
  /** Samples per second that the model needs, Hz. */
  samplingRate: number;
  /** The model's lead order. */
  leads: string[];
  /** Licence of the weights, an SPDX name where there is one. */
  license: string;
  /** How it was trained: data, steps, seed; in sentences for people. */
  training: string;
  /** Folders inside the model folder. */
  contents: {
    /** config.json and model.safetensors of the ECG tokenizer; 'ecg-tokenizer' where it is not named. */
    ecgTokenizer?: string;
    /** A Hugging Face Llama whose vocabulary holds the ECG codes; absent: the model only tokenizes. */
    llm?: string;
    /** A PEFT LoRA adapter of `llm`. */
    adapter?: string;
    /** What puts vectors in the place of codes, for a model without discretization. */
    projector?: string;
  };
  /** Figures for people, each with what it was measured on. */
  scores?: Record<string, unknown>;
}

/** A model folder that is not as it should be; the message names file and field. */
export class ModelFolderError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ModelFolderError';
  }
}

/** File name of the manifest, in the root of a model folder. */
export const MANIFEST_FILE = 'heartllm.json';

const CONTENTS = ['ecgTokenizer', 'llm', 'adapter', 'projector'] as const;

/**
 * Reads heartllm.json. Fields this version does not know are ignored.
 *
 * @throws ModelFolderError naming the field, what was expected and what came
 */
export function parseManifest(text: string, file = MANIFEST_FILE): ModelManifest {
  const fields = object(parseJson(text, file), file);
  if (fields.schemaVersion !== 1) {
    throw new ModelFolderError(`${file}: schemaVersion ${show(fields.schemaVersion)}, this version reads 1`);
  }
  const string = (field: string) => {
    if (typeof fields[field] !== 'string') throw wrong(file, field, 'a string', fields[field]);
    return fields[field];
  };
  const { samplingRate, leads, scores } = fields;
  if (typeof samplingRate !== 'number' || !(samplingRate > 0)) {
    throw wrong(file, 'samplingRate', 'a positive number', samplingRate);
  }
  if (!Array.isArray(leads) || !leads.length || !leads.every((lead) => typeof lead === 'string')) {
    throw wrong(file, 'leads', 'a list of names', leads);
  }
  const contents = object(fields.contents, file, 'contents');
  return {
    schemaVersion: 1,
    name: string('name'),
    description: string('description'),
    samplingRate,
    leads,
    license: string('license'),
    training: string('training'),
    contents: Object.fromEntries(CONTENTS.flatMap((name) => folder(file, name, contents[name]))),
    ...(scores === undefined ? {} : { scores: object(scores, file, 'scores') }),
  };
}

/** A folder of the model folder; it may not lead out of it. */
function folder(file: string, name: string, value: unknown): [string, string][] {
  if (value === undefined || value === null) return [];
  const inside = typeof value === 'string' && /^[\w.-]+(\/[\w.-]+)*$/.test(value) && !value.split('/').includes('..');
  if (!inside) throw wrong(file, `contents.${name}`, 'a folder inside the model folder', value);
  return [[name, value]];
}

function object(value: unknown, file: string, field?: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw field ? wrong(file, field, 'an object', value) : new ModelFolderError(`${file}: expected a JSON object`);
  }
  return value as Record<string, unknown>;
}

function wrong(file: string, field: string, expected: string, value: unknown): ModelFolderError {
  return new ModelFolderError(`${file}: ${field} must be ${expected}, found ${show(value)}`);
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** The model folder in the embedded model's package. */
const FOLDER = 'model';

/**
 * The embedded model's folder, in Node.
 *
 * @throws ModelFolderError in a browser, where the page says from which URL a model comes, and where the package is
 *   not installed
 */
export async function defaultModel(): Promise<Source> {
  // getBuiltinModule, unlike an import of 'node:module', leaves bundlers for the browser in peace
  const builtin = globalThis.process?.getBuiltinModule;
  if (!builtin) {
    throw new ModelFolderError("no model was given: in a browser use HeartLlm.load(httpSource('/path/to/model/'))");
  }
  let packageFile: string;
  try {
    packageFile = builtin('node:url').fileURLToPath(import.meta.resolve('@heartllm/nano/package.json'));
  } catch {
    throw new ModelFolderError(
      'the embedded model is not installed: npm install @heartllm/nano, or name a model folder',
    );
  }
  const { join, dirname } = builtin('node:path');
  const nodeFiles = '@heartllm/ecg-io/node'; // a variable, so that bundlers for the browser do not follow it
  const { folderSource } = (await import(
    /* @vite-ignore */ /* webpackIgnore: true */ nodeFiles
  )) as typeof import('@heartllm/ecg-io/node');
  return folderSource(join(dirname(packageFile), FOLDER));
}
