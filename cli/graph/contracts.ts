import type { GraphEdge } from "./model";
import type { Resource, Resources, SynthesisedStack } from "./resources";

/** A stack that reads a contract of another. */
interface Reading {
  readonly publisher: Resource;
  readonly reader: string;
  readonly fields: readonly string[];
}

/** Which stack reads what of which: parameters that one stack writes and another one looks up by name. */
export function contractsIn(stacks: readonly SynthesisedStack[], resources: Resources): GraphEdge[] {
  return readings(stacks, resources).map(({ publisher, reader, fields }) => ({
    kind: "contract",
    from: publisher.stack,
    to: reader,
    labels: fields.length === 0 ? [] : [{ verbs: [], names: fields }],
  }));
}

function readings(stacks: readonly SynthesisedStack[], resources: Resources): Reading[] {
  return stacks.flatMap(({ name: reader, json }) =>
    Object.entries(json.data?.aws_ssm_parameter ?? {}).flatMap(([id, { name }]) => {
      const publisher = resources.find(reader, name, "aws_ssm_parameter")?.resource;
      if (publisher === undefined || publisher.stack === reader) return [];
      return [{ publisher, reader, fields: fieldsRead(JSON.stringify(json), id) }];
    }),
  );
}

/** The fields that are taken out of a parameter: `jsondecode(data.aws_ssm_parameter.State.insecure_value).keyArn`. */
function fieldsRead(json: string, id: string): string[] {
  const uses = json.matchAll(
    new RegExp(`data\\.aws_ssm_parameter\\.${id}\\.\\w+\\)+(?:\\.|\\[\\\\*")(\\w+)`, "g"),
  );
  return [...new Set([...uses].map(([, field = ""]) => field))].sort();
}
