import { describe, expect, test } from 'vitest';
import type { Meetings } from '../../src/ports/control.ts';
import { closing, type Open } from './opened.ts';
import { meeting } from './samples.ts';

export function describeMeetingsContract(name: string, open: Open<Meetings>): void {
  describe(`meetings: ${name}`, () => {
    const opened = closing(open);

    test('a meeting is undefined before it was put, and then the last one that was put', async () => {
      const { port } = await opened();
      expect(await port.meeting('contacts', 'hq')).toBe(undefined);
      await port.putMeeting(meeting());
      expect(await port.meeting('contacts', 'hq')).toStrictEqual(meeting());
      await port.putMeeting(meeting({ state: 'approved', examples: [] }));
      expect(await port.meeting('contacts', 'hq')).toStrictEqual(
        meeting({ state: 'approved', examples: [] }),
      );
    });

    test('all meetings are listed, one for each table and server', async () => {
      const { port } = await opened();
      const all = [meeting(), meeting({ server: 'branch' }), meeting({ table: 'invoices', state: 'passed' })];
      expect(await port.meetings()).toStrictEqual([]);
      for (const one of [...all, ...all]) await port.putMeeting(one);
      const listed = await port.meetings();
      expect(listed).toHaveLength(3);
      expect(new Set(listed)).toStrictEqual(new Set(all));
      expect(await port.meeting('invoices', 'branch')).toBe(undefined);
    });

    test('a meeting is there after a reopening', async () => {
      const { port, reopen } = await opened();
      await port.putMeeting(meeting());
      expect(await (await reopen()).meeting('contacts', 'hq')).toStrictEqual(meeting());
    });
  });
}
