/**
 * How well scores rank: area under the ROC curve and average precision (ties share their place).
 * @param {ArrayLike<number>} scores @param {ArrayLike<number>} labels 1 for yes
 */
export function rankMeasures(scores, labels) {
  const order = Array.from({ length: scores.length }, (_, index) => index).sort((one, other) => scores[other] - scores[one]);
  const positives = order.reduce((sum, index) => sum + labels[index], 0);
  const negatives = order.length - positives;
  let truePositives = 0;
  let falsePositives = 0;
  let area = 0;
  let precision = 0;
  for (let start = 0, end = 0; start < order.length; start = end) {
    let yes = 0;
    for (end = start; end < order.length && scores[order[end]] === scores[order[start]]; end++) yes += labels[order[end]];
    const no = end - start - yes;
    area += no * (truePositives + yes / 2);
    truePositives += yes;
    falsePositives += no;
    precision += (yes / positives) * (truePositives / (truePositives + falsePositives));
  }
  return { rocArea: area / (positives * negatives), averagePrecision: precision };
}

/** Precision, recall and caught frauds by scenario at a threshold. @param {ArrayLike<number>} scores @param {ArrayLike<number>} scenarios @param {number} threshold */
export function atThreshold(scores, scenarios, threshold) {
  const caught = [0, 0, 0, 0, 0];
  const total = [0, 0, 0, 0, 0];
  for (let index = 0; index < scores.length; index++) {
    total[scenarios[index]]++;
    if (scores[index] > threshold) caught[scenarios[index]]++;
  }
  const sum = (/** @type {number[]} */ counts) => counts.slice(1).reduce((all, count) => all + count, 0);
  return { caught, total, precision: sum(caught) / (sum(caught) + caught[0]), recall: sum(caught) / sum(total) };
}
