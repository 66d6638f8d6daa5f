/** What holds for whatever speaks to a FileMaker Server (src/ports/server.ts). */
import { describe } from 'vitest';
import { describeAccount } from './account.ts';
import { describeKeys } from './keys.ts';
import type { ServerKind } from './kind.ts';
import { describeReads } from './reads.ts';
import { describeValues } from './values.ts';
import { describeWrites } from './writes.ts';

export function describeServerContract(kind: ServerKind): void {
  describe(`server: ${kind.name}`, () => {
    describeReads(kind);
    describeKeys(kind);
    describeValues(kind);
    describeWrites(kind);
    describeAccount(kind);
  });
}
