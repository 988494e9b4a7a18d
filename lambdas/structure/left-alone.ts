/**
 * Whether a key is none of the stage's business: a folder marker, or hidden by a part that begins with `_` or `.`, as
 * are the `_SUCCESS`, `_temporary/` and `.part` of those who write files. Readers of Hadoop and Spark pass over them
 * too: FileInputFormat's `hiddenFileFilter`
 * (https://github.com/apache/hadoop/blob/rel/release-3.4.1/hadoop-mapreduce-project/hadoop-mapreduce-client/hadoop-mapreduce-client-core/src/main/java/org/apache/hadoop/mapred/FileInputFormat.java),
 * and the S3 console makes folders of empty objects whose key ends in `/`
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-folders.html).
 */
export function isLeftAlone(key: string): boolean {
  return key.endsWith("/") || /(?:^|\/)[_.]/.test(key);
}
