/** AWS Query: form in, XML out. */
import { AwsError, type SignatureProblem } from "../errors.ts";
import type { AwsResponse } from "../service.ts";

export const xmlContentType = "text/xml";

const signatureCodes: Record<SignatureProblem, string> = {
  missing: "MissingAuthenticationToken",
  incomplete: "IncompleteSignature",
  invalid: "SignatureDoesNotMatch",
  "unknown-key": "InvalidClientTokenId",
};

export function querySignatureError(problem: SignatureProblem, message: string): AwsError {
  return new AwsError(signatureCodes[problem], message, problem === "incomplete" ? 400 : 403);
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };

/** Text for an element or an attribute. Characters that XML 1.0 cannot hold are left out. */
export function escapeXml(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "").replace(/[&<>"']/g, (found) => entities[found]!);
}

/** `<ActionResponse><ActionResult>…` around the result's inner XML; an empty result leaves the element out, as AWS does. */
export function queryResult(action: string, xmlNamespace: string, requestId: string, resultXml: string | null): AwsResponse {
  const result = resultXml === null ? "" : `<${action}Result>${resultXml}</${action}Result>`;
  const metadata = `<ResponseMetadata><RequestId>${escapeXml(requestId)}</RequestId></ResponseMetadata>`;
  return {
    contentType: xmlContentType,
    body: `<${action}Response xmlns="${escapeXml(xmlNamespace)}">${result}${metadata}</${action}Response>`,
  };
}

export function queryError(error: AwsError, xmlNamespace: string, requestId: string): AwsResponse {
  const type = error.status >= 500 ? "Receiver" : "Sender";
  const detail = `<Type>${type}</Type><Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message>`;
  return {
    status: error.status,
    contentType: xmlContentType,
    body: `<ErrorResponse xmlns="${escapeXml(xmlNamespace)}"><Error>${detail}</Error><RequestId>${escapeXml(requestId)}</RequestId></ErrorResponse>`,
  };
}
