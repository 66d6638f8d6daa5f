/**
 * Versions of FileMaker Server: what one lacks that is spoken to over OData, by the version that its `$metadata` shows (odata-guide; since
 * when ids are known is assumed). The connector tries what a server can do; this is for whoever has to know before.
 */

/** By the first part of a version. */
const releases: Readonly<Record<string, string>> = {
  '20': '2023',
  '21': '2024',
  '22': '2025',
  '26': '2026',
};

/** Such as `FileMaker Server 22.0.4 (2025)`. */
export function productName(version: string): string {
  const [major = ''] = version.split('.');
  const release = releases[major];
  return `FileMaker Server ${version}${release === undefined ? '' : ` (${release})`}`;
}

/** The first of which all that is used is published. */
export const oldestOverOData = '20';

/** The first that calls when records of a table change (odata-guide `webhook-option-create`). */
export const firstWithWebhooks = '22.0.4';

export function isBefore(version: string, other: string): boolean {
  const [own, of] = [version, other].map((text) => text.split('.').map(Number));
  const at = (of ?? []).findIndex((part, index) => part !== (own?.[index] ?? 0));
  return at >= 0 && (own?.[at] ?? 0) < (of?.[at] ?? 0);
}

/** Each a sentence without a full stop: what is not there, and what follows from it. */
export function lacksOverOData(version: string): readonly string[] {
  return [
    ...(isBefore(version, '22')
      ? [
          'it may know fields and tables by their names alone (ids came in the course of 2024): do not rename any without changing the configuration',
        ]
      : []),
    ...(isBefore(version, firstWithWebhooks)
      ? [`it has no webhooks (wake: webhook), which came with ${firstWithWebhooks}: the schedule reads it`]
      : []),
  ];
}
