/** OData: the ways to rows and the first of a page, held against a look at each row and a sort of all. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileFilter } from '../../src/simulator/odata/filter/compile.ts';
import { parseFilter } from '../../src/simulator/odata/filter/parse.ts';
import { filteredRows } from '../../src/simulator/odata/filter/plan.ts';
import { leading } from '../../src/simulator/odata/leading.ts';
import { RowSet } from '../../src/simulator/store/row-set.ts';
import { Schema } from '../../src/simulator/store/schema.ts';

const schema = new Schema([
  { name: 't', type: 'text' },
  { name: 'n', type: 'number' },
  { name: 'd', type: 'date' },
  { name: 's', type: 'timestamp' },
]);

const texts = ['', 'a', 'A', 'ab', 'é', 'É'];
const numbers = ['', '1', '1.0', '-2.5', '10', 'none', '12345678901234567890', '12345678901234567891'];
const dates = ['', '2026-01-01', '2026-12-31'];
const stamps = ['', '2026-01-01T00:00:00', '2026-01-01T10:00:00', '2026-12-31T23:59:59'];

const row = fc.tuple(
  fc.constantFrom(...texts),
  fc.constantFrom(...numbers),
  fc.constantFrom(...dates),
  fc.constantFrom(...stamps),
);

const operator = fc.constantFrom('eq', 'ne', 'gt', 'ge', 'lt', 'le');
const literals: Readonly<Record<string, readonly string[]>> = {
  t: [...texts.map((text) => `'${text}'`), 'null'],
  n: ['0', '1', '-2.5', '1e1', '12345678901234567890', 'null'],
  d: ['2026-01-01', '2026-06-01T00:00:00Z', "'2026-01-01'", 'null'],
  s: ['2026-01-01T10:00:00Z', '2026-12-31', "'x'", 'null'],
  ROWID: ['3', '0', '99', '2.5'],
  ROWMODID: ['0', '1'],
};

const comparison = fc
  .constantFrom(...Object.keys(literals))
  .chain((name) => fc.tuple(fc.constant(name), operator, fc.constantFrom(...(literals[name] ?? ['null']))))
  .map((parts) => parts.join(' '));
const { filter } = fc.letrec<{ filter: string; part: string }>((tie) => ({
  part: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    comparison,
    fc.constantFrom("contains(t,'A')", "startswith(tolower(t),'a')", 'length(t) eq 1'),
    tie('filter').map((inner) => `(${inner})`),
    tie('filter').map((inner) => `not (${inner})`),
  ),
  filter: fc
    .array(fc.tuple(fc.constantFrom('and', 'or'), tie('part')), { minLength: 1, maxLength: 3 })
    .map((parts) => parts.map(([word, part], at) => (at === 0 ? part : `${word} ${part}`)).join(' ')),
}));

test('the way to rows finds what a test of each row lets pass, in the same order', () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 12 }), filter, fc.boolean(), (values, text, caseSensitive) => {
      const rows = new RowSet();
      rows.replaceAll(values.map((one, at) => ({ id: at * 2 + 1, modId: at % 2, values: one })));
      const plan = compileFilter(parseFilter(text, { quoteUnderscores: false }), {
        caseSensitive,
        filterRowIds: true,
        column: (name) => {
          if (name === 'ROWID' || name === 'ROWMODID') return { kind: name };
          const slot = schema.slot(name);
          if (!slot) throw new Error(`no field ${name}`);
          return { kind: 'field', slot };
        },
      });
      expect(filteredRows(rows, plan)).toEqual(rows.rows.filter((one) => plan.test(one) === true));
      // A stale view has no index.
      expect(filteredRows({ rows: rows.rows }, plan)).toEqual(filteredRows(rows, plan));
    }),
    { numRuns: 500 },
  );
});

const byValue = (a: number, b: number): number => a - b;

test('the first of many are those that a sort of all puts first', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer(), { maxLength: 60 }), fc.nat(20), (items, count) => {
      expect(leading(items, count, byValue)).toEqual(items.toSorted(byValue).slice(0, count));
    }),
  );
});
