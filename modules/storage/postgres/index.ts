export { Postgres, postgresLogGroup } from "./postgres";
export { PostgresAccess, type PostgresClient } from "./postgres-access";
export type { PostgresProps } from "./postgres-props";
export { PostgresReference, type PostgresReferenceProps } from "./postgres-reference";
