/** A value as a person types it, by the type of its field, in the canonical form. */
import { canonicalNumber, canonicalText } from '../../core/canonical.ts';
import type { FieldType } from '../../core/link.ts';
import { Refused } from '../refused.ts';

const forms: Readonly<Partial<Record<FieldType, { readonly pattern: RegExp; readonly like: string }>>> = {
  date: { pattern: /^\d{4}-\d{2}-\d{2}$/, like: '2026-11-22' },
  time: { pattern: /^\d{2,}:\d{2}:\d{2}(\.\d+)?$/, like: '10:00:00' },
  timestamp: { pattern: /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?$/, like: '2026-11-22T10:00:00' },
};

/** Throws Refused. Empty is empty, whatever the type. */
export function canonicalOf(type: FieldType, field: string, text: string): string {
  if (text === '') return '';
  if (type === 'container')
    throw new Refused(
      'not-chosen',
      `${field} is a container: choose a server's file with --keep SERVER, or empty it with --value ""`,
    );
  if (type === 'number') return canonicalNumber(text);
  const form = forms[type];
  if (form === undefined || isRight(form.pattern, text)) return canonicalText(text);
  throw new Refused('not-chosen', `${field} is a ${type}: write it as ${form.like}`);
}

/** 30 February is a form only. */
function isRight(pattern: RegExp, text: string): boolean {
  if (!pattern.test(text)) return false;
  const [day = ''] = text.split('T');
  if (!day.includes('-')) return true;
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}
