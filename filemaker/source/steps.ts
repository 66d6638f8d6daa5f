/**
 * Steps of a FileMaker script, each as the line that the Script Workspace shows and as the XML that it takes from the clipboard, so
 * that the text and the XML of a script cannot differ.
 *
 * The clipboard's form is not documented by Claris. Ids, elements and their order follow what others found by copying steps out of
 * FileMaker Pro and pasting them back, above all "Canonical XML Format for FileMaker Script Steps" by Andrew Kear (CC BY 4.0). Indents
 * count: steps whose elements are laid out otherwise were seen to lose parts without a word.
 */
export type Step = {
  readonly name: string;
  readonly id: number;
  /** What stands behind the name in brackets; undefined: no brackets. */
  readonly shown?: string;
  readonly children: readonly string[];
  /** Of this step's line, and of what follows. */
  readonly indent?: { readonly before?: -1; readonly after?: 1 };
};

const calculation = (text: string): string => `<Calculation><![CDATA[${text}]]></Calculation>`;

/** An element whose calculation stands in a line of its own. */
const holding = (element: string, text: string): readonly string[] => [
  `<${element}>`,
  `  ${calculation(text)}`,
  `</${element}>`,
];

const state = (element: string, isSet: boolean): string =>
  `<${element} state="${isSet ? 'True' : 'False'}"/>`;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

export const comment = (text: string): Step => ({
  name: '# (comment)',
  id: 89,
  shown: text,
  children: [`<Text>${escaped(text)}</Text>`],
});

export const setVariable = (name: string, value: string): Step => ({
  name: 'Set Variable',
  id: 141,
  shown: `${name} ; Value: ${value}`,
  children: [...holding('Value', value), ...holding('Repetition', '1'), `<Name>${name}</Name>`],
});

export const when = (condition: string): Step => ({
  name: 'If',
  id: 68,
  shown: condition,
  children: [state('Restore', false), calculation(condition)],
  indent: { after: 1 },
});

export const otherwiseWhen = (condition: string): Step => ({
  ...when(condition),
  name: 'Else If',
  id: 125,
  indent: { before: -1, after: 1 },
});

export const otherwise: Step = {
  name: 'Else',
  id: 69,
  children: [state('Restore', false)],
  indent: { before: -1, after: 1 },
};

export const endIf: Step = { name: 'End If', id: 70, children: [], indent: { before: -1 } };

export const loop: Step = {
  name: 'Loop',
  id: 71,
  shown: 'Flush: Always',
  children: [state('Restore', false), '<FlushType value="Always"/>'],
  indent: { after: 1 },
};

export const exitLoopIf = (condition: string): Step => ({
  name: 'Exit Loop If',
  id: 72,
  shown: condition,
  children: [calculation(condition)],
});

export const endLoop: Step = { name: 'End Loop', id: 73, children: [], indent: { before: -1 } };

export const exitScript = (result: string): Step => ({
  name: 'Exit Script',
  id: 103,
  shown: `Text Result: ${result}`,
  children: [calculation(result)],
});

export const setErrorCapture: Step = {
  name: 'Set Error Capture',
  id: 86,
  shown: 'On',
  children: [state('Set', true)],
};

export const allowUserAbort: Step = {
  name: 'Allow User Abort',
  id: 85,
  shown: 'Off',
  children: [state('Set', false)],
};

export const executeDataApi = (target: string, request: string): Step => ({
  name: 'Execute FileMaker Data API',
  id: 203,
  shown: `Select ; Target: ${target} ; ${request}`,
  children: [state('SelectAll', true), calculation(request), '<Text/>', `<Field>${target}</Field>`],
});

export const enterFindMode: Step = {
  name: 'Enter Find Mode',
  id: 22,
  shown: 'Pause: Off',
  children: [state('Pause', false), state('Restore', false)],
};

export const enterBrowseMode: Step = {
  name: 'Enter Browse Mode',
  id: 55,
  shown: 'Pause: Off',
  children: [state('Pause', false)],
};

export const setFieldByName = (target: string, value: string): Step => ({
  name: 'Set Field By Name',
  id: 147,
  shown: `${target} ; ${value}`,
  children: [...holding('Result', value), ...holding('TargetName', target)],
});

export const performFind: Step = {
  name: 'Perform Find',
  id: 28,
  shown: '',
  children: [state('Restore', false)],
};

export const goToFirstRecord: Step = {
  name: 'Go to Record/Request/Page',
  id: 16,
  shown: 'First',
  children: [state('NoInteract', true), '<RowPageLocation value="First"/>'],
};

export const goToRecord = (number: string): Step => ({
  name: 'Go to Record/Request/Page',
  id: 16,
  shown: `With dialog: Off ; ${number}`,
  children: [state('NoInteract', true), '<RowPageLocation value="ByCalculation"/>', calculation(number)],
});

export const openRecord: Step = { name: 'Open Record/Request', id: 133, children: [] };

export const deleteRecord: Step = {
  name: 'Delete Record/Request',
  id: 9,
  shown: 'With dialog: Off',
  children: [state('NoInteract', true)],
};

export const revertRecord: Step = {
  name: 'Revert Record/Request',
  id: 51,
  shown: 'With dialog: Off',
  children: [state('NoInteract', true)],
};

/** As the Script Workspace shows them. */
export function textOf(steps: readonly Step[]): string {
  let depth = 0;
  const lines = steps.map(({ name, shown, indent }) => {
    depth += indent?.before ?? 0;
    const line = `${'    '.repeat(depth)}${shownAs(name, shown)}`;
    depth += indent?.after ?? 0;
    return line;
  });
  return `${lines.join('\n')}\n`;
}

function shownAs(name: string, shown: string | undefined): string {
  if (name === '# (comment)') return `# ${shown}`;
  return shown === undefined ? name : `${name} [ ${shown} ]`.replace('[  ]', '[ ]');
}

/** Steps alone, to be pasted into a script that is there. */
export const stepsXml = (steps: readonly Step[]): string => snippet(steps.flatMap((step) => xmlOf(step)));

/** The whole script, to be pasted into the list of scripts. */
export const scriptXml = (name: string, steps: readonly Step[]): string =>
  snippet([
    `<Script includeInMenu="False" runFullAccess="False" id="1" name="${escaped(name)}">`,
    ...indented(steps.flatMap((step) => xmlOf(step))),
    '</Script>',
  ]);

const snippet = (lines: readonly string[]): string =>
  [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<fmxmlsnippet type="FMObjectList">',
    ...indented(lines),
    '</fmxmlsnippet>',
    '',
  ].join('\n');

function xmlOf({ name, id, children }: Step): readonly string[] {
  const open = `<Step enable="True" id="${id}" name="${escaped(name)}"`;
  return children.length === 0 ? [`${open}/>`] : [`${open}>`, ...indented(children), '</Step>'];
}

const indented = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ${line}`);
