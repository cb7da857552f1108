/** Where a stage reads and writes, whatever it trains. */
export interface RunPlace {
  /** Folder of PTB-XL. */
  data: string;
  /** Model folder to write; checkpoint and log go beside it. */
  out: string;
  /** Replace a model folder that is there. */
  force: boolean;
  /** Go on from the checkpoint, if there is one. */
  resume: boolean;
  /** Ends the run after the current step, with a checkpoint. */
  signal: AbortSignal;
}
