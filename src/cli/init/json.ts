/** The proposal for a script: names, figures and reasons; no account, and no value of a record. */
import type { DeletePolicy } from '../../core/link.ts';
import { shownBy } from '../../core/api.ts';
import type { Place, TableProposal } from '../../setup/proposal.ts';
import type { WrittenServer } from '../../setup/written.ts';

export const reportOf = (
  tables: readonly TableProposal[],
  servers: readonly WrittenServer[],
  deletes: DeletePolicy,
) => ({ servers, deletes, tables: tables.map(tableOf) });

const tableOf = ({ name, places, alternatives, key, keys, stamp, stamps, ...rest }: TableProposal) => ({
  name,
  lacks: rest.lacks,
  places: places.map(placeOf),
  alternatives,
  key: key ?? null,
  keysRefused: keys.refused.map(({ field, why }) => ({ field: field.name, why })),
  keysPossible: keys.possible.map(({ field, reasons }) => ({ field: field.name, reasons })),
  modified: stamp
    ? {
        field: stamp.field.name,
        stampedBy: stamp.stampedBy,
        isGuess: stamp.isGuess,
        reasons: stamp.reasons,
        doubts: stamp.doubts,
      }
    : null,
  stampsRefused: stamps.refused.map(({ field, why }) => ({ field: field.name, why })),
  fields: rest.fields,
  leftOut: rest.leftOut,
  comparisons: rest.comparisons,
});

/** What stands for its table under the name that the configuration has for it. */
const placeOf = ({ server, api, database, layout, ...rest }: Place) => ({
  server,
  api,
  database,
  [shownBy[api]]: layout,
  ...rest,
});
