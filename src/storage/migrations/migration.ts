/** One step of the schema. Never changed once released: the next step is a new file. */
export interface Migration {
  /** `0001-estate`: sorts in the order of application. */
  readonly name: string
  /** SQL that may run inside a transaction. */
  readonly up: string
}
