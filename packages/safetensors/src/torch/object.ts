/**
 * Something of a checkpoint that is neither a plain value nor a tensor that can be read: an argparse.Namespace, a sparse
 * tensor, a generator's state in NumPy. Nothing of it is run or kept but what it is.
 */
export class TorchObject {
  /** Its Python name with the module, 'argparse.Namespace', or what it is, 'a sparse tensor'. */
  readonly name: string;
  /** @internal made by the reader of a checkpoint */
  constructor(name: string) {
    this.name = name;
  }
}
