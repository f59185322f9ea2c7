/** The part of sns-validator that tests use. */
declare module "sns-validator" {
  export default class MessageValidator {
    /** @param hostPattern hosts whose certificates are believed */
    constructor(hostPattern?: RegExp, encoding?: string);
    validate(message: string | Record<string, unknown>, callback: (error: Error | null, message?: Record<string, unknown>) => void): void;
  }
}
