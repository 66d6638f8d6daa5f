import { afterEach, expect, test } from 'vitest';
import { bench, benchOf, closeAll, recordsOf } from './client.ts';
import type { FieldDescription } from '../../src/simulator/description.ts';

afterEach(closeAll);

const fields: readonly FieldDescription[] = [
  { name: 'day', type: 'date' },
  { name: 'hour', type: 'time' },
  { name: 'at', type: 'timestamp' },
];
const row = { day: '2026-02-09', hour: '07:05:00', at: '2026-02-09T07:05:00' };

test.each([
  ['', { day: '02/09/2026', hour: '07:05:00', at: '02/09/2026 07:05:00' }],
  ['?dateformats=0', { day: '02/09/2026', hour: '07:05:00', at: '02/09/2026 07:05:00' }],
  ['?dateformats=1', { day: '09.02.2026', hour: '07:05:00', at: '09.02.2026 07:05:00' }],
  ['?dateformats=2', { day: '2026-02-09', hour: '07:05:00', at: '2026-02-09T07:05:00' }],
])('a read with %s shows dates in that style', async (query, expected) => {
  const { call } = await benchOf({
    databases: [
      {
        name: 'Main',
        localeDates: 'dd.MM.yyyy',
        tables: [{ name: 'T', fields, rows: [row] }],
        layouts: [{ name: 'Things', table: 'T' }],
      },
    ],
  });
  expect(recordsOf(await call('GET', `/records${query}`))[0]?.fieldData).toEqual(expected);
});

test.each([
  [{ day: '2/9/2026', hour: '7:05 AM', at: '2/9/2026 7:05:00 am' }, undefined],
  [{ day: '02/09/2026', hour: '07:05:00', at: '02/09/2026 07:05:00' }, 0],
  [{ day: '2026-02-09', hour: '07:05:00', at: '2026-02-09T07:05:00' }, 2],
  [{ day: '2026/2/9', hour: '07:05:00', at: '2026-02-09 07:05:00' }, '2'],
])('a write of %j with dateformats %s is stored as the same dates', async (fieldData, dateformats) => {
  const { call, server } = await bench(fields);
  const made = await call('POST', '/records', {
    fieldData,
    ...(dateformats === undefined ? {} : { dateformats }),
  });
  expect(made.code).toBe('0');
  expect(server.control.records({ table: 'Things' })[0]?.values).toEqual(row);
});

test.each([
  [{ day: '2026-02-09' }, '500'],
  [{ day: '02/30/2026' }, '500'],
  [{ hour: '12:60:00' }, '501'],
  [{ at: '02/09/2026 25:00:00' }, '500'],
])('%j is refused in US style', async (fieldData, code) => {
  const { call } = await bench(fields);
  expect((await call('POST', '/records', { fieldData })).code).toBe(code);
});

test('in the autumn hour two instants get the same stamp', async () => {
  const stamped: FieldDescription = { name: 'm', type: 'timestamp', autoEnter: 'modifiedAt' };
  const { clock, server } = await bench([stamped], [], { timeZone: 'America/New_York' });
  clock.advance(Date.parse('2027-11-07T05:30:00Z') - clock.now());
  server.control.createAsUser({ table: 'Things', values: {} });
  clock.advance(3_600_000);
  server.control.createAsUser({ table: 'Things', values: {} });
  const stamps = server.control.records({ table: 'Things' }).map((record) => record.values['m']);
  expect(stamps).toEqual(['2027-11-07T01:30:00', '2027-11-07T01:30:00']);
});
