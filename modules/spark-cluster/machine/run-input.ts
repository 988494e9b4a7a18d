import type { States } from "./states";

/** The execution's input may name one job, and give it arguments; without a job all of them run. */
const INPUT = "$states.context.Execution.Input";
const WORDS = `${INPUT}.arguments`;

/** An expression in JSONata, as a state of that language takes it. @see https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html */
export const jsonata = (expression: string) => `{% ${expression} %}`;

/**
 * The words of a run: those of the job, the time of the start where the job wants it, and those of the input. JSONPath
 * cannot put lists together, so states that run jobs speak JSONata. The time has milliseconds in the context.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
 */
export function runWords(own: readonly string[], startTimeOption: string | undefined): string {
  const words = own.map((word) => JSON.stringify(word));
  const time = '$substring($states.context.Execution.StartTime, 0, 19) & "Z"';
  const start = startTimeOption === undefined ? [] : [JSON.stringify(startTimeOption), time];
  return jsonata(`$append([${[...words, ...start].join(", ")}], ${WORDS})`);
}

/** Refuses arguments that no job would get, or that are no list of texts, before anything is made. */
export function inputStates(next: string): States {
  const noText = `$filter(${WORDS}, function($word) { $type($word) != "string" })`;
  return {
    "Are the arguments right?": {
      Type: "Choice",
      QueryLanguage: "JSONata",
      Choices: [
        { Condition: jsonata(`$not($exists(${WORDS}))`), Next: next },
        { Condition: jsonata(`$not($exists(${INPUT}.job))`), Next: "Arguments of no job" },
        {
          Condition: jsonata(`$type(${WORDS}) = "array" ? $count(${noText}) = 0 : false`),
          Next: next,
        },
      ],
      Default: "No list of texts",
    },
    "Arguments of no job": {
      Type: "Fail",
      Error: "ArgumentsOfNoJob",
      Cause: "job must be given with arguments, got none",
    },
    "No list of texts": {
      Type: "Fail",
      QueryLanguage: "JSONata",
      Error: "ArgumentsNotTexts",
      Cause: jsonata(`"arguments must be a list of texts, got " & $string(${WORDS})`),
    },
  };
}
