import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FieldType } from '../../../src/core/link.ts';
import { canonicalValue, wireValue } from '../../../src/filemaker/data-api/field-values.ts';
import { parseWire } from '../../../src/filemaker/http/wire-json.ts';
import { anyTime, connect, contacts, never } from './bindings.ts';
import { envelope, startScripted, withSessions } from '../http/scripted-server.ts';
import { simulate } from '../../contracts/server/simulated.ts';

const all = { offset: 0, limit: 10 };

test.each<[FieldType, unknown, string]>([
  ['text', 'a\rb\r\nc\nd', 'a\nb\nc\nd'],
  ['text', 7, '7'],
  ['number', 1.5, '1.5'],
  ['number', 1e-7, '0.0000001'],
  ['number', 1e21, '1000000000000000000000'],
  ['number', '00.50', '0.5'],
  ['number', 'twelve', 'twelve'],
  ['date', '11/22/2026', '2026-11-22'],
  ['date', '1/2/2026', '2026-01-02'],
  ['date', '2026-11-22', '2026-11-22'],
  ['date', '02/29/2024', '2024-02-29'],
  ['date', '02/29/2026', '02/29/2026'],
  ['date', '22.11.2026', '22.11.2026'],
  ['time', '9:05', '09:05:00'],
  ['time', '12:00:01 AM', '00:00:01'],
  ['time', '12:30:00 pm', '12:30:00'],
  ['time', '9:05:00 PM', '21:05:00'],
  ['time', '100:30:00', '100:30:00'],
  ['time', '10:00:00.50', '10:00:00.5'],
  ['timestamp', '1/2/2026 9:05:00 PM', '2026-01-02T21:05:00'],
  ['timestamp', '2026-11-22T10:00:00', '2026-11-22T10:00:00'],
  ['timestamp', '2026-11-22 10:00:00', '2026-11-22T10:00:00'],
  ['timestamp', 'yesterday at ten', 'yesterday at ten'],
  ['container', 'https://host/Streaming_SSL/x.jpg', ''],
  ['date', '', ''],
])('a %s that is shown as %o is %o', (type, wire, canonical) => {
  expect(canonicalValue(type, wire)).toBe(canonical);
});

test.each<[FieldType, string, string]>([
  ['text', 'a\nb', 'a\rb'],
  ['number', '12345678901234567890.5', '12345678901234567890.5'],
  ['date', '2026-11-22', '11/22/2026'],
  ['date', 'soon', 'soon'],
  ['time', '21:05:00', '21:05:00'],
  ['timestamp', '2026-11-22T10:00:00', '11/22/2026 10:00:00'],
])('a %s that is %o is sent as %o', (type, canonical, wire) => {
  expect(wireValue(type, canonical)).toBe(wire);
});

test('every day of the calendar comes back from FileMaker as it was sent', () => {
  const days = fc.date({ min: new Date('0001-01-01'), max: new Date('4000-12-31'), noInvalidDate: true });
  fc.assert(
    fc.property(days, (day) => {
      const canonical = day.toISOString().slice(0, 19);
      expect(canonicalValue('timestamp', wireValue('timestamp', canonical))).toBe(canonical);
      expect(canonicalValue('date', wireValue('date', canonical.slice(0, 10)))).toBe(canonical.slice(0, 10));
    }),
  );
});

test('no digit of a bare number is lost, however long it is and wherever it stands', () => {
  const digits = fc.stringMatching(/^-?[1-9]\d{0,40}(\.\d{0,30}[1-9])?$/);
  fc.assert(
    fc.property(fc.array(digits, { minLength: 1 }), (numbers) => {
      const read = parseWire(`{"a":[${numbers.join(', ')}],"b":${numbers[0]}}`);
      expect(JSON.stringify(read)).toBeDefined();
      const shown = Object.values(Object(read))
        .flat()
        .map((wire) => canonicalValue('number', wire));
      expect(shown).toEqual([...numbers, numbers[0]]);
    }),
  );
});

test('numbers beyond 2^53 that FileMaker sends bare are read exactly', async () => {
  const data =
    '[{"fieldData":{"PK":"k","Name":"","Amount":3070884973408833919385016168376332397025719676107210536517,' +
    '"Born":"","At":"","Seen":"","Modified":""},"recordId":"1","modId":"0"}]';
  await using fake = await startScripted(
    withSessions(() => ({ body: `{"response":{"data":${data}},"messages":[{"code":"0"}]}` })),
  );
  await using connected = connect(fake.url);
  const { records } = await connected.server.table(contacts).list(all, never);
  expect(records[0]?.values['amount']).toBe('3070884973408833919385016168376332397025719676107210536517');
});

test('what is created is read again exactly, on a server that takes no write options too', async () => {
  const values = {
    name: 'Zoë "the\\Cat"\nsecond line 漢',
    amount: '-12345678901234567890.125',
    born: '1990-02-03',
    at: '23:59:59',
    seen: '2026-03-29T02:30:00',
  };
  for (const version of ['20', '22'] as const) {
    await using simulator = await simulate([], { version });
    await using connected = connect(simulator.url);
    const table = connected.server.table({ ...contacts, keyField: 'Code' });
    await table.create('k1', values, anyTime, never);
    const [record] = (await table.list(all, never)).records;
    expect([record?.key, record?.values]).toEqual(['k1', values]);
  }
});

test('a record is made without its containers, and no file is written as a value', async () => {
  await using fake = await startScripted(withSessions(() => envelope('0', { recordId: '1', modId: '0' })));
  await using connected = connect(fake.url);
  const binding = {
    ...contacts,
    fieldNames: { ...contacts.fieldNames, picture: 'Picture' },
    types: { ...contacts.types, picture: 'container' as const },
  };
  const table = connected.server.table(binding);
  await expect(table.create('k', { name: 'Ann', picture: 'anything' }, anyTime, never)).rejects.toThrow(
    'a file is no value of a record',
  );
  await table.create('k', { name: 'Ann' }, anyTime, never);
  const sent = fake.requests.find(({ path }) => path.endsWith('/records'))?.body;
  expect(sent).toContain('"Name":"Ann"');
  expect(sent).not.toContain('Picture');
});
