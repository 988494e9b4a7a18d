/** Another delivery, or another writer, changed what this one had read: it looks again. */
export class Stale extends Error {
  override readonly name = "Stale";
}
