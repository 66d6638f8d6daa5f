/**
 * What names of FileMaker fields and layouts say, in nine languages: FileMaker names its default fields in the language of
 * the program, and people name theirs in their own.
 */
import type { FieldType } from '../core/link.ts';

/** Equal for names that people take for the same: without case, accents, blanks and signs. */
export const plain = (name: string): string => folded(name).replaceAll(/[^\p{L}\p{N}]+/gu, '');

/** Its words, folded: `ModificationTimestamp`, `zz_modTS` and `Geändert am` are each several. */
export const wordsOf = (name: string): readonly string[] =>
  folded(name.replaceAll(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2').replaceAll(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2'))
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');

/** Latin accents only: the marks of other scripts are part of their letters. */
const folded = (name: string): string =>
  name
    .normalize('NFD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .toLowerCase()
    .replaceAll('ß', 'ss');

/** What a field that FileMaker fills is for, by its name and type. */
export type Stamp = 'changed' | 'changedBy' | 'created' | 'createdBy';

const listed = (words: string): readonly string[] => words.trim().split(/\s+/);

// English, German, French, Spanish, Italian, Dutch, Portuguese, Swedish, Japanese. Beginnings of words, folded.
const changedWords = listed(`
  modif changed updated edited lastchange lastupdate lastedit moddate modt modstamp geandert geaendert
  anderung aenderung letzteanderung bearbeitet aktualisier misajour miseajour majle majpar actualiz
  cambiado aggiorna gewijzigd wijziging bijgewerkt aangepast alterad alteracao atualiz andrad
  andring uppdaterad 修正 更新 変更
`);
const createdWords = listed(`
  created creation creator added erstell angelegt erfasst cree creado creacion creato creazione
  aangemaakt aanmaak gemaakt criad criacao skapad skapat skapande 作成 登録
`);
/** Short words that stand alone, such as in `zz_modTS` and `Date_Crea`. */
const changedAlone = new Set(['mod', 'maj', 'mut', 'upd']);
const createdAlone = new Set(['crea', 'cre', 'create']);

export function stampOf(name: string, type: FieldType): Stamp | undefined {
  const what = changesOf(name);
  if (what === undefined) return undefined;
  if (type === 'text') return `${what}By`;
  return type === 'container' ? undefined : what;
}

function changesOf(name: string): 'changed' | 'created' | undefined {
  const words = wordsOf(name);
  const whole = plain(name);
  const has = (beginnings: readonly string[], alone: ReadonlySet<string>): boolean =>
    words.some((word) => alone.has(word)) ||
    beginnings.some(
      (beginning) =>
        words.some((word) => word.startsWith(beginning)) ||
        (isTelling(beginning) && whole.includes(beginning)),
    );
  // "created" first: Spanish "modificacion" holds no word of it, while French "date de création" is only that.
  if (has(createdWords, createdAlone)) return 'created';
  return has(changedWords, changedAlone) ? 'changed' : undefined;
}

/** Whether it says something within a word too: long, or of a script without blanks. "cree" is in "screen". */
const isTelling = (beginning: string): boolean => beginning.length >= 7 || /[^a-z]/.test(beginning);

const hostWords = new Set([
  'host',
  'server',
  'srv',
  'hosttimestamp',
  'modhost',
  'hostts',
  'serveur',
  'servidor',
]);
const userWords = new Set(
  listed(`
  user client by benutzer utilisateur usuario utente gebruiker anvandare
`),
);

/** Whose clock the name says it is; undefined where it says nothing. */
export function clockNamed(name: string): 'host' | 'user' | undefined {
  const words = wordsOf(name);
  if (words.some((word) => hostWords.has(word))) return 'host';
  return words.some((word) => userWords.has(word)) ? 'user' : undefined;
}

const keyNames = new Set(
  listed(`
  primarykey synckey id uuid guid pk key kp zkp pkid recordid recorduuid pkuuid primarschlussel
  primaerschluessel schlussel clef cle cleprimaire clave claveprimaria chiave chiaveprimaria sleutel
  primairesleutel chave chaveprimaria nyckel primarnyckel 主キー キー プライマリキー
`),
);
const keyWords = new Set(['pk', 'kp', 'kpt', 'kpln', 'primary', 'zkp', 'primar']);
const idWords = new Set(['id', 'uuid', 'guid']);
const foreignWords = new Set(['fk', 'kf', 'kft', 'kfln', 'foreign', 'fremd', 'parent', 'zkf', '外部']);

/** `own`: it names the key of the table called so; `foreign`: that of another table. */
export function keyNamed(name: string, table: string): 'own' | 'foreign' | undefined {
  const words = wordsOf(name);
  if (words.some((word) => foreignWords.has(word))) return 'foreign';
  if (keyNames.has(plain(name)) || words.some((word) => keyWords.has(word))) return 'own';
  const others = words.filter((word) => !idWords.has(word));
  if (others.length === words.length) return undefined;
  const isOwn = others.every((word) => isAlike(word, plain(table)));
  return isOwn ? 'own' : 'foreign';
}

/** Singular and plural begin alike. */
const isAlike = (word: string, table: string): boolean => {
  const stem = word.slice(0, Math.max(3, word.length - 2));
  return table.startsWith(stem);
};

const affixWords = new Set(['sync', 'serversync', 'api', 'dapi', 'dataapi', 'web', 'rest', 'json']);

/** Whether a layout was made for a program, by its name. */
export const isForPrograms = (layout: string): boolean =>
  wordsOf(layout).some((word) => affixWords.has(word));

/** What a layout is of: its name without `_Sync`, `api_` and their like, folded. */
export const subjectOf = (layout: string): string => {
  const words = wordsOf(layout).filter((word) => !affixWords.has(word));
  return words.length === 0 ? plain(layout) : words.join('');
};

/** A name that a configuration may give to a table; `taken` are others. */
export function tableNameOf(layout: string, taken: ReadonlySet<string>): string {
  const words = wordsOf(layout).filter((word) => !affixWords.has(word));
  const ascii = words
    .join('_')
    .replaceAll(/[^a-z0-9_]/g, '')
    .replace(/^[^a-z]+/, '');
  const base = ascii === '' ? 'table' : ascii.slice(0, 36);
  const numbered = Array.from({ length: taken.size + 1 }, (_, index) => `${base}_${index + 2}`);
  return [base, ...numbered].find((name) => !taken.has(name)) ?? base;
}
