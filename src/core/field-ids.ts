/**
 * Ids that a server gives its fields, which outlive a renaming (OData's `FMFID:n`). They hold the occurrence of the table too: n is the
 * field's own id times 2^32, and the occurrence's (reference: two sources and a recorded file agree).
 */
const halves = 2n ** 32n;

/** The field's own id, in whatever occurrence of its table it is seen; as it is where it has another form. */
export function ownFieldId(id: string): string {
  const whole = wholeOf(id);
  return whole === undefined || whole < halves ? id : String(whole / halves);
}

/** OData's id of the occurrence in which a field with this id is seen; undefined where the id does not tell. */
export function occurrenceIdOf(id: string): string | undefined {
  const whole = wholeOf(id);
  return whole === undefined || whole < halves ? undefined : `FMTID:${whole % halves}`;
}

function wholeOf(id: string): bigint | undefined {
  const [, digits] = /^FMFID:(\d+)$/.exec(id) ?? [];
  return digits === undefined ? undefined : BigInt(digits);
}
