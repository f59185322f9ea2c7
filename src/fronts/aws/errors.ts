/** Errors as AWS services answer them. */

/**
 * Thrown by operations; each protocol writes it its own way.
 * JSON 1.1 names it in `__type`; Query in `<Code>`, with Sender below status 500 and Receiver from there.
 */
export class AwsError extends Error {
  override readonly name = "AwsError";
  /** "ResourceNotFoundException", or for Query services "NotFound", without a namespace. */
  readonly code: string;
  readonly status: number;
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** What an unsigned or wrongly signed request did; protocols have their own names for the kinds. */
export type SignatureProblem = "missing" | "incomplete" | "invalid" | "unknown-key";

export class SignatureError extends Error {
  override readonly name = "SignatureError";
  readonly problem: SignatureProblem;
  constructor(problem: SignatureProblem, message: string) {
    super(message);
    this.problem = problem;
  }
}
