/** A policy or a request says what the evaluation does not know, so that nothing is decided. It reads `place: rule, got value`. */
export class EvaluationError extends Error {
  override readonly name = "EvaluationError";

  constructor(place: string, mistakes: string | readonly string[]) {
    super(
      [mistakes]
        .flat()
        .map((mistake) => `${place}: ${mistake}`)
        .join("\n"),
    );
  }
}
