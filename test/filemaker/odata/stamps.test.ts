import { expect, test } from 'vitest';
import { connectOData } from '../../../src/filemaker/odata/connect.ts';
import { Columns } from '../../../src/filemaker/odata/columns.ts';
import { stampFilter } from '../../../src/filemaker/odata/stamps.ts';
import { contactsOf } from '../../contracts/server/kind.ts';

const kind = { name: 'OData', layout: 'Contacts', findsAlike: false, connect: connectOData };
const place = { server: 'berlin', origin: 'http://127.0.0.1', api: 'odata' as const };
const columns = new Columns(place, contactsOf(kind), false);
const at = (time: string): number => Date.parse(`2026-11-22T${time}Z`);

test('R1: no stamp lies between two ranges that follow one another, also one with a fraction of a second', () => {
  const first = stampFilter(columns, { kind: 'wall', from: at('10:00:00'), to: at('10:00:59') });
  const second = stampFilter(columns, { kind: 'wall', from: at('10:01:00') });
  expect(first).toBe('Modified ge 2026-11-22T10:00:00Z and Modified lt 2026-11-22T10:01:00Z');
  expect(second).toBe('Modified ge 2026-11-22T10:01:00Z');
});
