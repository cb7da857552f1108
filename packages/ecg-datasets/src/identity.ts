/**
 * Whose ECG it is. For splits and for joining tables, never for a prompt: the numbers are private fields behind getters,
 * so that neither console.log nor JSON.stringify writes them down.
 */
export class Identity {
  readonly #ecg: string;
  readonly #patient: string | undefined;

  /**
   * @param ecg the data set's own number or name of the ECG
   * @param patient the data set's own number of the patient, undefined where it does not tell
   */
  constructor(ecg: string | number, patient?: string | number) {
    this.#ecg = String(ecg);
    this.#patient = patient === undefined ? undefined : String(patient);
  }

  /** The data set's own number or name of the ECG. */
  get ecg(): string {
    return this.#ecg;
  }

  /** The data set's own number of the patient; undefined where it does not tell. */
  get patient(): string | undefined {
    return this.#patient;
  }
}
