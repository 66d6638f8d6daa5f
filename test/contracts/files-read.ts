import { describe, expect, test } from 'vitest';
import type { FilesRead } from '../../src/core/files-read.ts';
import type { FilesReadings } from '../../src/ports/control.ts';
import { closing, type Open } from './opened.ts';

const read = (recordId: string, more: Partial<FilesRead> = {}): FilesRead => ({
  table: 'contacts',
  server: 'hq',
  recordId,
  modId: 3,
  files: { picture: { hash: 'a'.repeat(64), size: 5_000_000, at: 1_732_000_000_000.5 } },
  cutOff: { plan: { times: 2, bytes: 400_000_000, ms: 700_000 } },
  at: 1_732_000_000_000.5,
  ...more,
});

export function describeFilesReadContract(name: string, open: Open<FilesReadings>): void {
  describe(`what was read of files: ${name}`, () => {
    const opened = closing(open);

    test('that of a row is the last that was put, after a reopening too, until it is dropped', async () => {
      const { port, reopen } = await opened();
      expect(await port.filesRead('contacts', 'hq', '7')).toBe(undefined);
      await port.putFilesRead(read('7', { modId: 2 }));
      await port.putFilesRead(read('7'));
      await port.putFilesRead(read('77', { files: {} }));
      await port.dropFilesRead('contacts', 'branch', '7');
      const again = await reopen();
      expect(await again.filesRead('contacts', 'hq', '7')).toStrictEqual(read('7'));
      expect(await again.filesRead('contacts', 'branch', '7')).toBe(undefined);
      await again.dropFilesRead('contacts', 'hq', '7');
      await again.dropFilesRead('contacts', 'hq', '7');
      expect(await again.filesRead('contacts', 'hq', '7')).toBe(undefined);
      expect(await again.filesRead('contacts', 'hq', '77')).toStrictEqual(read('77', { files: {} }));
    });
  });
}
