/** Values of records, as they are: long ones wrap, empty ones say so, and where two differ shows. Files by their names and sizes. */
import { fileWords } from '../../../core/file-words.ts';

export function Value({ value, against }: { readonly value: string; readonly against?: string | undefined }) {
  if (value === '') return <span class="value empty-value">(empty)</span>;
  const file = fileWords(value);
  if (file !== undefined) return <span class="value">{file}</span>;
  if (against === undefined || against === value) return <span class="value">{value}</span>;
  const { before, differing, after } = apart(value, against);
  return (
    <span class="value">
      {before}
      {differing === '' ? undefined : <mark class="differs">{differing}</mark>}
      {after}
    </span>
  );
}

/** Words, and what stands between them: of a word that differs all of it shows. */
const wordsOf = (text: string): readonly string[] =>
  Array.from(new Intl.Segmenter(undefined, { granularity: 'word' }).segment(text), ({ segment }) => segment);

type Apart = { readonly before: string; readonly differing: string; readonly after: string };

/** What both begin and end with, and what lies between in the first. */
export function apart(value: string, against: string): Apart {
  const own = wordsOf(value);
  const other = wordsOf(against);
  const shorter = Math.min(own.length, other.length);
  let begin = 0;
  while (begin < shorter && own[begin] === other[begin]) begin += 1;
  let end = 0;
  while (end < shorter - begin && own[own.length - 1 - end] === other[other.length - 1 - end]) end += 1;
  return {
    before: own.slice(0, begin).join(''),
    differing: own.slice(begin, own.length - end).join(''),
    after: own.slice(own.length - end).join(''),
  };
}
