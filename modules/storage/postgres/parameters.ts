/** `16.9` → `aurora-postgresql16`. */
export function parameterFamily(engineVersion: string): string {
  return `aurora-postgresql${engineVersion.split(".", 1).join()}`;
}

/**
 * Settings of the cluster: TLS or nothing, and a log that says what is slow and who came, but holds no data: neither
 * the values of a statement nor the row of an error.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Security.html
 * @see https://www.postgresql.org/docs/16/runtime-config-logging.html
 */
export const PARAMETERS: Readonly<Record<string, string>> = {
  "rds.force_ssl": "1",
  log_connections: "1",
  log_disconnections: "1",
  // Without DETAIL, which quotes the row that broke a rule.
  log_error_verbosity: "terse",
  // Milliseconds.
  log_min_duration_statement: "1000",
  // Bytes of each value.
  log_parameter_max_length: "0",
  log_statement: "ddl",
};
