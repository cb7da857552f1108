import { byId, element, showMessage } from '../dom.ts';
import type { Engine } from '../engine/engine.ts';
import type { BackendChoice, Files, OpenedModel, OpenInput } from '../engine/protocol.ts';
import { isModel, pickedFiles } from '../files.ts';
import type { Shipped } from '../shipped.ts';
import { isCancelled, Work } from '../work.ts';

export interface ModelEvents {
  /** A model is open; undefined while none is. */
  opened(model: OpenedModel | undefined): void;
}

/** Opens the embedded model or a folder of one's own on the backend that was chosen. */
export class ModelPanel {
  readonly #engine: Engine;
  readonly #events: ModelEvents;
  readonly #work = new Work(byId('model-work', HTMLElement));
  readonly #backend = byId('backend', HTMLSelectElement);
  readonly #embedded = byId('embedded-model', HTMLButtonElement);
  readonly #error = byId('model-error', HTMLElement);
  readonly #facts = byId('model-facts', HTMLElement);
  #shipped: OpenInput['model'] | undefined;
  #model: OpenInput['model'] | undefined;

  constructor(engine: Engine, events: ModelEvents) {
    this.#engine = engine;
    this.#events = events;
    const input = byId('model-files', HTMLInputElement);
    byId('open-model', HTMLButtonElement).addEventListener('click', () => input.click());
    input.addEventListener('change', () => {
      this.openFolder(pickedFiles(input.files));
      input.value = '';
    });
    this.#embedded.addEventListener('click', () => this.#shipped && this.#open(this.#shipped));
    this.#backend.addEventListener('change', () => {
      const model = this.#model ?? this.#shipped;
      if (model) this.#open(model);
    });
  }

  /** Opens the model that comes with the page. */
  offer({ model }: Shipped): void {
    this.#shipped = { url: new URL('model/', document.baseURI).href, files: model };
    this.#open(this.#shipped);
  }

  openFolder(folder: Files): void {
    if (!Object.keys(folder).length) return;
    if (isModel(folder)) this.#open({ folder });
    else showMessage(this.#error, 'This folder holds no heartllm.json, so it is no model folder.');
  }

  async #open(model: OpenInput['model']): Promise<void> {
    this.#model = model;
    this.#embedded.hidden = 'url' in model;
    this.#facts.replaceChildren();
    showMessage(this.#error, undefined);
    this.#events.opened(undefined);
    const backend = this.#backend.value as BackendChoice;
    const tfjs = new URL('tfjs/', document.baseURI).href;
    try {
      const opened = await this.#work.run('Starting', ({ signal, progress }) =>
        this.#engine.run(
          'open',
          { model, backend, tfjs },
          {
            signal,
            onEvent: ({ read, total }) =>
              progress(`Loading the model, ${megabytes(read)} of ${megabytes(total)}`, read / total),
          },
        ),
      );
      this.#show(opened);
      this.#events.opened(opened);
    } catch (error) {
      if (isCancelled(error))
        showMessage(this.#error, 'Loading was cancelled; choose a backend or a model to load one.');
      else showMessage(this.#error, `${(error as Error).message}`);
    }
  }

  #show({ manifest, backend, speaks }: OpenedModel): void {
    this.#facts.replaceChildren(
      element('p', 'name', `${manifest.name}, on ${backend}`),
      element('p', '', manifest.description),
      ...(speaks ? [] : [element('p', '', 'It turns ECGs into codes, and holds no language model to ask.')]),
      element(
        'details',
        'fold',
        element('summary', '', 'How it was trained, licence'),
        element('p', '', manifest.training),
        element('p', '', `Licence: ${manifest.license}`),
      ),
    );
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
