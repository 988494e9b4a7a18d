import { AnnotationMetadataEntryType } from "cdktf";
import type { IConstruct } from "constructs";

/**
 * Says what is no mistake and should be looked at, as cdktf's `Annotations` does, but without a stack trace: paths of
 * this machine would be in the manifest, and two machines would not write the same bytes.
 */
export function addWarning(scope: IConstruct, message: string): void {
  scope.node.addMetadata(AnnotationMetadataEntryType.WARN, message);
}
