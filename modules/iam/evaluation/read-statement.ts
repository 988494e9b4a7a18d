import type { Catalogue } from "./catalogue";
import { type Condition, conditionMistakes, operatorOf } from "./condition";
import { isObject, listOf } from "./list-of";
import type { Names, Patterns, PolicyKind, PolicyStatement } from "./policy";
import { readNames } from "./read-names";
import { variableMistakes } from "./variables";

interface Where {
  readonly name: string;
  /** From 1. */
  readonly number: number;
  readonly kind: PolicyKind;
  readonly catalogue: Catalogue;
}

type Json = Readonly<Record<string, unknown>>;

/** A part of a statement, and what is wrong with it. */
interface Read<T> {
  readonly value: T;
  readonly mistakes: readonly string[];
}

const ELEMENTS = ["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"];

/** What is read where something is wrong is not meant for use. */
export function readStatement(
  json: unknown,
  where: Where,
): { readonly statement: PolicyStatement; readonly mistakes: readonly string[] } {
  const source = isObject(json) ? json : {};
  const sid = typeof source.Sid === "string" && source.Sid !== "" ? ` (${source.Sid})` : "";
  const place = `${where.name}, statement ${where.number}${sid}`;
  const effect = source.Effect === "Deny" ? "Deny" : "Allow";
  const actions = readActions(source, where.catalogue);
  const resources = readResources(source, where.kind);
  const names = readPrincipals(source, where.kind, effect);
  const conditions = readConditions(source.Condition);
  const known = where.kind === "identity" ? ELEMENTS : [...ELEMENTS, "Principal", "NotPrincipal"];
  const mistakes = [
    ...Object.keys(source)
      .filter((element) => !known.includes(element))
      .map((element) => `an element must be known here, got ${element}`),
    ...(source.Effect === effect ? [] : [`Effect must be Allow or Deny, got ${source.Effect ?? "none"}`]),
    ...[actions, resources, names, conditions].flatMap((part) => part.mistakes),
  ];
  return {
    statement: {
      ...{ place, effect, actions: actions.value, resources: resources.value },
      ...{ names: names.value, conditions: conditions.value },
    },
    mistakes: (isObject(json) ? mistakes : [`must be an object, got ${JSON.stringify(json)}`]).map(
      (mistake) => `statement ${where.number}${sid}: ${mistake}`,
    ),
  };
}

function readActions(source: Json, catalogue: Catalogue): Read<Patterns> {
  const { value, mistakes } = readPatterns(source, "Action");
  const unknown = value.patterns.filter((pattern) =>
    pattern === "*" ? false : !pattern.includes(":") || catalogue.actionsMatching(pattern).length === 0,
  );
  return { value, mistakes: [...mistakes, ...unknown.map((got) => `an action must be known, got ${got}`)] };
}

function readResources(source: Json, kind: PolicyKind): Read<Patterns | undefined> {
  if (kind === "trust") {
    const given = source.Resource ?? source.NotResource;
    return {
      value: undefined,
      mistakes: given === undefined ? [] : [`a trust policy must have no Resource, got ${given}`],
    };
  }
  const { value, mistakes } = readPatterns(source, "Resource");
  return { value, mistakes: [...mistakes, ...value.patterns.flatMap(resourceMistakes)] };
}

function resourceMistakes(pattern: string): string[] {
  const service = /^arn:[^:]*:([^:]*):[^:]*:[^:]*:./s.exec(pattern)?.[1];
  return [
    ...(pattern === "*" || service !== undefined
      ? []
      : [`a resource must be an ARN of six segments or *, got ${pattern}`]),
    ...(service !== undefined && /[*?$]/.test(service)
      ? [`the service of a resource must be exact, got ${pattern}`]
      : []),
    ...variableMistakes(pattern),
  ];
}

function readPatterns(source: Json, element: "Action" | "Resource"): Read<Patterns> {
  const given = [element, `Not${element}`].filter((name) => source[name] !== undefined);
  const [name = element] = given;
  const values = listOf(source[name]);
  const patterns = values.filter((value) => typeof value === "string");
  return {
    value: { patterns, except: name !== element },
    mistakes: [
      ...(given.length === 1
        ? []
        : [`one of ${element} and Not${element} must be set, got ${given.join(" and ") || "none"}`]),
      ...(given.length === 1 && values.length === 0 ? [`${name} must hold at least one, got none`] : []),
      ...values
        .filter((value) => typeof value !== "string")
        .map((value) => `${name} must hold texts, got ${value}`),
    ],
  };
}

function readPrincipals(source: Json, kind: PolicyKind, effect: "Allow" | "Deny"): Read<Names | undefined> {
  if (kind === "identity") return { value: undefined, mistakes: [] };
  const { Principal, NotPrincipal } = source;
  const except = NotPrincipal !== undefined;
  const { names, mistakes } = readNames(except ? NotPrincipal : Principal, except);
  return {
    value: names,
    mistakes: [
      ...(except && Principal !== undefined
        ? ["one of Principal and NotPrincipal must be set, got both"]
        : []),
      ...(except && effect === "Allow" ? ["NotPrincipal must go with Deny, got Allow"] : []),
      ...mistakes,
    ],
  };
}

function readConditions(json: unknown): Read<readonly Condition[]> {
  if (json === undefined) return { value: [], mistakes: [] };
  if (!isObject(json)) return { value: [], mistakes: [`Condition must be an object, got ${json}`] };
  const read = Object.entries(json).map(([written, keys]) => readOperator(written, keys));
  return {
    value: read.flatMap(({ value }) => value),
    mistakes: read.flatMap(({ mistakes }) => mistakes),
  };
}

function readOperator(written: string, keys: unknown): Read<readonly Condition[]> {
  const operator = operatorOf(written);
  if (!operator) return { value: [], mistakes: [`an operator of a condition must be known, got ${written}`] };
  if (!isObject(keys)) return { value: [], mistakes: [`${written} must hold keys, got ${keys}`] };
  const conditions = Object.entries(keys).map(([key, values]) => ({
    ...operator,
    ...{ written, key, values: listOf(values).map(String) },
  }));
  const objects = Object.entries(keys)
    .filter(([, values]) => listOf(values).some((value) => typeof value === "object"))
    .map(([key]) => key);
  return {
    value: conditions,
    mistakes: [
      ...objects.map((key) => `${written} ${key} must hold texts, got an object`),
      ...conditions.filter(({ key }) => !objects.includes(key)).flatMap(conditionMistakes),
    ],
  };
}
