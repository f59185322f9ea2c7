/** A declared model, loaded and bound. */
import type { Platform } from "../core/index.ts";
import { bindModel, loadModel, modelOptions, type Predictor } from "../inference/index.ts";
import type { ModelReference } from "../sql/plan/plan.ts";
import { resolvePath } from "./paths.ts";

/** @throws HeadraceError for options, a file that is not there or no model, `model-mismatch` naming both sides. */
export async function openPredictModel(reference: ModelReference, baseDirectory: string, platform: Platform): Promise<Predictor> {
  const options = modelOptions(reference);
  const model = await loadModel({ ...options, path: resolvePath(baseDirectory, options.path), platform });
  try {
    return bindModel(model, reference);
  } catch (error) {
    await model.close();
    throw error;
  }
}
