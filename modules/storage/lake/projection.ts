/**
 * How Athena finds the partitions of a column, from the query and the calendar instead of a list that is kept:
 *
 * - `named`: whatever values a query names, by `=` or `IN`. It must name at least one.
 * - `firstMonth`: every month from that one, as `2024-01`, to the one after this.
 *
 * @see https://docs.aws.amazon.com/athena/latest/ug/partition-projection-dynamic-id-partitioning.html
 * @see https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
 */
export type Partition = "named" | { readonly firstMonth: string };

export type Partitions = Readonly<Record<string, Partition>>;

/** The properties of the table by which Athena projects, `location` being where the first partition begins. */
export function projectionProperties(location: string, partitions: Partitions): Record<string, string> {
  // In Terraform's JSON `$${` stands for `${`.
  const path = Object.keys(partitions).map((name) => `${name}=$\${${name}}/`);
  return {
    "projection.enabled": "true",
    ...Object.fromEntries(
      Object.entries(partitions).flatMap(([name, partition]) => propertiesOf(name, partition)),
    ),
    "storage.location.template": `${location}${path.join("")}`,
  };
}

function propertiesOf(name: string, partition: Partition): [string, string][] {
  const property = (key: string, value: string): [string, string] => [`projection.${name}.${key}`, value];
  if (partition === "named") return [property("type", "injected")];
  return [
    property("type", "date"),
    property("format", "yyyy-MM"),
    property("range", `${partition.firstMonth},NOW+1MONTHS`),
    property("interval", "1"),
    property("interval.unit", "MONTHS"),
  ];
}
