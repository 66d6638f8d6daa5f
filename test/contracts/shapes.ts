import { describe, expect, test } from 'vitest';
import type { Shapes } from '../../src/ports/control.ts';
import { closing, type Open } from './opened.ts';

const names = { 'home phone': 'phone', phone: 'phone (until 2026-11-29T10:00:00Z)' };
const shape = {
  table: 'contacts',
  fields: ['name', 'phone'],
  createOnly: [],
  receivers: ['branch'],
  names: { branch: { phone: 'Telefon' }, hq: {} },
  former: { notes: { branch: 'Notizen', hq: 'notes' } },
  renamings: [{ at: 1_700_000_000_000, to: names }],
};

export function describeShapesContract(name: string, open: Open<Shapes>): void {
  describe(`shapes: ${name}`, () => {
    const opened = closing(open);

    test('each table has none at first, then the last one that was put, after a reopening too', async () => {
      const { port, reopen } = await opened();
      expect(await port.shape('contacts')).toBe(undefined);
      await port.putShape({ ...shape, fields: [] });
      await port.putShape(shape);
      expect(await port.shape('contacts')).toStrictEqual(shape);
      expect(await port.shape('Contacts')).toBe(undefined);
      expect(await (await reopen()).shape('contacts')).toStrictEqual(shape);
    });
  });
}
