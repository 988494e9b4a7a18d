/** The embedded AWS could not be started, or not be stopped in good order. */
export class EmbeddedError extends Error {
  override readonly name = "EmbeddedError";
}
