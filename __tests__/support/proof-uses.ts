/**
 * What a role's code uses, and how. Names are those of the environment without `<project>-<environment>-`; objects are
 * `<bucket>/<prefix>`.
 */
export interface Uses {
  /** Gets objects. */
  readonly reads?: readonly string[];
  /** Puts objects. */
  readonly writes?: readonly string[];
  /** Deletes objects, without reading the bucket's key. */
  readonly removes?: readonly string[];
  /** Gets, puts in parts and deletes objects, as Spark writes a table. */
  readonly keeps?: readonly string[];
  /** The same without deleting. */
  readonly replaces?: readonly string[];
  /** Lists whole buckets: without that, a key that is missing and one that is forbidden are the same. */
  readonly finds?: readonly string[];
  /** Lists what lies under a prefix. */
  readonly lists?: readonly string[];
  /** Asks in which region buckets are. */
  readonly locates?: readonly string[];
  /** Lists unfinished uploads in a bucket. */
  readonly uploads?: readonly string[];
  /** Takes messages of queues and marks them done. */
  readonly consumes?: readonly string[];
  /** Asks how many messages there are. */
  readonly measures?: readonly string[];
  /** Sends messages to queues. */
  readonly sends?: readonly string[];
  /** Calls on the items of tables. */
  readonly items?: Readonly<Record<string, string>>;
  /** Users of the database, behind `<project>_<environment>_`. */
  readonly connects?: readonly string[];
  /** Log groups, by their whole name where `~` stands for `<project>-<environment>`. */
  readonly logs?: readonly string[];
  /** Asks for the log groups that there are, and looks for a stream before it makes it. */
  readonly findsLogs?: readonly string[];
  /** Calls of the environment's key, by the service that makes them; `any`: by the role itself, too. */
  readonly key?: Readonly<Record<string, string>>;
  /** Calls that AWS knows no resource of. */
  readonly star?: readonly string[];
  /** Other calls: on what, and under which keys of the request. see `filledIn`. */
  readonly also?: readonly Other[];
}

export interface Other {
  readonly actions: string;
  /** ARN without `arn:aws:`, `@` for region and account. */
  readonly on: string;
  readonly when?: Readonly<Record<string, readonly (string | null)[]>>;
}

/** Who takes a role. */
export interface Takers {
  readonly service?: string;
  /** What the service must come for: ARN as in `Other`, with `*` behind what AWS makes. */
  readonly source?: string;
  /** Roles and users of the account, such as `role/analyst`. */
  readonly principals?: readonly string[];
  /** They name the job in tags of the session. */
  readonly tagSession?: true;
  /** Subjects of the issuer's tokens. */
  readonly subjects?: readonly string[];
}

export interface Owner {
  readonly takers: Takers;
  readonly uses: Uses;
  /** Policies of AWS that say more, of EC2 and not of stores. */
  readonly managed?: readonly string[];
  /** Makes and changes stores, and has no use for what is in them but for `uses`. */
  readonly deploys?: true;
}
