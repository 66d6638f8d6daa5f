/** The shares of servers, as the configuration has them, against the fields that are kept the same. */
import type { ServerName } from '../core/names.ts';
import type { Leave, Share, ShareCriterion, ShareRequest } from '../core/share.ts';
import type { LinkConfiguration, TableConfiguration } from './configuration.ts';
import type { Finding, Mistake, Path } from './problem.ts';
import { isMistake, readCriterion } from './share-criterion.ts';
import type { Where } from './share-schema.ts';
import { didYouMean } from './suggest.ts';
import type { TypedFields } from './table-plan.ts';

export type ShareConfiguration = Where & { readonly leave: Leave };

export type CheckedShares = {
  readonly shares: ReadonlyMap<ServerName, Share>;
  readonly findings: readonly Finding[];
};

export function sharesOf(table: TableConfiguration, fields: TypedFields): CheckedShares {
  const findings: Finding[] = [];
  const shares = table.links.flatMap((link) => {
    const share = link.share && shareOf(table, link, link.share, fields, findings);
    return share === undefined ? [] : [[link.server, share] as const];
  });
  return { shares: new Map(shares), findings };
}

function shareOf(
  { name, key }: TableConfiguration,
  { server }: LinkConfiguration,
  { leave, requests, isOneMap }: ShareConfiguration,
  fields: TypedFields,
  findings: Finding[],
): Share {
  const place = ['tables', name, 'servers', server, 'where'];
  const read = requests.map(({ omit, criteria }, at): ShareRequest => {
    const path = isOneMap ? place : [...place, at];
    const tests = criteria.flatMap(([field, text]) => {
      const found = criterionOf([...path, field], field, text, { key, fields });
      if (!('path' in found)) return [found];
      findings.push(found);
      return [];
    });
    return { omit, criteria: tests };
  });
  return { leave, requests: read };
}

type Known = { readonly key: string; readonly fields: TypedFields };

function criterionOf(path: Path, field: string, text: string, known: Known): ShareCriterion | Finding {
  const { key, fields } = known;
  const typed = field === key ? fields.key : fields.fields.find(({ name }) => name === field);
  if (typed === undefined) return { path, at: 'name', ...unknownField(field, known) };
  const test = readCriterion(text, typed.type);
  if (isMistake(test)) return { path, at: 'value', ...test };
  return { field, ...(field === key && { isKey: true as const }), test };
}

function unknownField(field: string, { key, fields }: Known): Mistake {
  const names = [key, ...fields.fields.map(({ name }) => name)];
  return {
    code: 'config-where',
    message: 'neither the key nor a field that is kept the same: who belongs there is told by these alone',
    remedy:
      `${didYouMean(field, names)}Put it into fields, or use one of ${names.join(', ')}. ` +
      'In place of a calculation use the fields that it is made of, or one that a script sets',
  };
}
