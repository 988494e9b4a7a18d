export { Postgres, type PostgresClient, postgresLogGroup } from "./postgres";
export type { PostgresProps } from "./postgres-props";
