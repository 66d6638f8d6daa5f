import type { LayoutField } from '../../src/ports/server.ts';

export const field = (name: string, change: Partial<LayoutField> = {}): LayoutField => ({
  name,
  type: 'text',
  writable: true,
  autoEnter: false,
  repetitions: 1,
  ...change,
});
