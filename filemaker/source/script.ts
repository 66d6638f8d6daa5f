/** The script ServerSync, step by step. What it is told and what it answers: filemaker/README.md. Written out by write.ts. */
import {
  allowUserAbort,
  comment,
  deleteRecord,
  endIf,
  endLoop,
  enterBrowseMode,
  enterFindMode,
  executeDataApi,
  exitLoopIf,
  exitScript,
  goToFirstRecord,
  goToRecord,
  loop,
  openRecord,
  otherwise,
  otherwiseWhen,
  performFind,
  revertRecord,
  setErrorCapture,
  setFieldByName,
  setVariable,
  type Step,
  when,
} from './steps.ts';

export const scriptName = 'ServerSync';

/** Only characters of ASCII, so that nothing on the way to the clipboard can change one. */
const lineEnd = 'Char ( 13 )';

const ofHead = (name: string): string => `JSONGetElement ( $head ; "${name}" )`;
const ofLine = (name: string): string => `JSONGetElement ( $line ; "${name}" )`;
const isRecord = `Get ( RecordID ) = GetAsNumber ( ${ofLine('recordId')} )`;

const refusal = (error: string): string =>
  `JSONSetElement ( "{}" ; [ "serversync" ; 1 ; JSONNumber ] ; [ "error" ; "${error}" ; JSONString ] )`;

const head: readonly Step[] = [
  comment(
    'ServerSync, contract 1. Written by a program: docs and a newer version come with serversync (filemaker/README.md).',
  ),
  comment(
    'Run by the FileMaker Data API on the layout of a table that is synced. It shows nothing and keeps nothing.',
  ),
  allowUserAbort,
  setErrorCapture,
  setVariable('$began', 'Get ( CurrentTimeUTCMilliseconds )'),
  setVariable('$parameter', 'Get ( ScriptParameter )'),
  setVariable('$head', 'GetValue ( $parameter ; 1 )'),
  when(`${ofHead('serversync')} <> 1`),
  exitScript(refusal('version')),
  endIf,
  setVariable('$count', `GetAsNumber ( ${ofHead('count')} )`),
  comment('The last line says that all of it arrived.'),
  when('GetValue ( $parameter ; $count + 2 ) <> "end"'),
  exitScript(refusal('cut')),
  endIf,
  setVariable('$until', `$began + GetAsNumber ( ${ofHead('mostMs')} )`),
  setVariable('$keyField', `Get ( LayoutTableName ) & "::" & ${ofHead('keyField')}`),
  setVariable('$done', '0'),
  setVariable('$answers', '""'),
];

const createOrEdit: readonly Step[] = [
  comment(
    'A create or an edit is a request as it stands: FileMaker checks modId and validation, and commits it alone.',
  ),
  executeDataApi('$answer', '$line'),
  setVariable('$code', 'Get ( LastError )'),
  when('IsEmpty ( $answer )'),
  setVariable(
    '$answer',
    'JSONSetElement ( "{}" ; [ "messages[0].code" ; $code ; JSONString ] ; [ "response" ; "{}" ; JSONObject ] )',
  ),
  endIf,
];

const openAndDelete: readonly Step[] = [
  when(`not ( ${isRecord} )`),
  setVariable('$code', '306'),
  otherwise,
  comment('From here on nobody else can edit it.'),
  openRecord,
  setVariable('$code', 'Get ( LastError )'),
  when(`$code = 0 and Get ( RecordModificationCount ) <> GetAsNumber ( ${ofLine('modId')} )`),
  setVariable('$code', '306'),
  endIf,
  when('$code = 0 and $action = "remove"'),
  deleteRecord,
  setVariable('$code', 'Get ( LastError )'),
  endIf,
  when('$code <> 0 or $action = "check"'),
  revertRecord,
  endIf,
  endIf,
];

const remove: readonly Step[] = [
  comment(
    'A delete is done only if the record is as it was known: find it by its key, open it, compare, delete.',
  ),
  setVariable('$found', '0'),
  enterFindMode,
  setFieldByName('$keyField', ofLine('find')),
  performFind,
  setVariable('$code', 'Get ( LastError )'),
  when('$code = 0'),
  setVariable('$found', 'Get ( FoundCount )'),
  setVariable('$number', '1'),
  goToFirstRecord,
  loop,
  exitLoopIf(`${isRecord} or $number >= $found`),
  setVariable('$number', '$number + 1'),
  goToRecord('$number'),
  endLoop,
  ...openAndDelete,
  otherwiseWhen('$code = 401'),
  setVariable('$code', '306'),
  endIf,
  enterBrowseMode,
  setVariable(
    '$answer',
    'JSONSetElement ( "{}" ; [ "messages[0].code" ; $code ; JSONString ] ; [ "response.found" ; $found ; JSONString ] )',
  ),
];

const told = [
  '[ "serversync" ; 1 ; JSONNumber ]',
  '[ "utc" ; $began ; JSONString ]',
  '[ "ms" ; Get ( CurrentTimeUTCMilliseconds ) - $began ; JSONString ]',
  '[ "done" ; $done ; JSONNumber ]',
  '[ "application" ; Get ( ApplicationVersion ) ; JSONString ]',
  '[ "layout" ; Get ( LayoutName ) ; JSONString ]',
  `[ "echo" ; ${ofHead('echo')} ; JSONString ]`,
].join(' ; ');

export const steps: readonly Step[] = [
  ...head,
  loop,
  exitLoopIf('$done >= $count or Get ( CurrentTimeUTCMilliseconds ) > $until'),
  setVariable('$line', 'GetValue ( $parameter ; $done + 2 )'),
  setVariable('$action', ofLine('action')),
  setVariable('$answer', '""'),
  when('$action <> "remove" and $action <> "check"'),
  ...createOrEdit,
  otherwise,
  ...remove,
  endIf,
  setVariable(
    '$answers',
    `$answers & Substitute ( $answer ; [ ${lineEnd} ; "" ] ; [ Char ( 10 ) ; "" ] ) & ${lineEnd}`,
  ),
  setVariable('$done', '$done + 1'),
  endLoop,
  exitScript(`JSONSetElement ( "{}" ; ${told} ) & ${lineEnd} & $answers & "end"`),
];
