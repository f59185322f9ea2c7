/**
 * A publication on its way to one of our own topics: the value of a record in the topic's internal stream, as JSON. The
 * record's key is the message group, or null. Whoever delivers the topic reads these streams.
 */
export interface Envelope {
  readonly message: string;
  readonly subject?: string;
  readonly attributes?: Readonly<Record<string, EnvelopeAttribute>>;
}

export interface EnvelopeAttribute {
  /** "String", "Number", "Binary" or "String.Array", perhaps with a suffix after a dot. */
  readonly type: string;
  /** Text; Base64 for Binary. */
  readonly value: string;
}

export function encodeEnvelope(envelope: Envelope): Uint8Array {
  return Buffer.from(JSON.stringify(envelope), "utf8");
}

export function decodeEnvelope(bytes: Uint8Array): Envelope {
  return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8")) as Envelope;
}
