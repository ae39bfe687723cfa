// Φ(x), to about 2e-7 of itself: ½·erfc(−x/√2) with the Chebyshev fit of Press et al., Numerical
// Recipes, §6.2; a fit of erfc, not of erf, stays exact where Φ(x) is close to 0.
fn normalCdf(x: Element) -> Element {
  let z = abs(x) * 0.70710678118654752;
  let t = Element(1.0) / (Element(1.0) + 0.5 * z);
  var fit = t * 0.17087277 - 0.82215223;
  fit = fit * t + 1.48851587;
  fit = fit * t - 1.13520398;
  fit = fit * t + 0.27886807;
  fit = fit * t - 0.18628806;
  fit = fit * t + 0.09678418;
  fit = fit * t + 0.37409196;
  fit = fit * t + 1.00002368;
  fit = fit * t - 1.26551223;
  let upperTail = 0.5 * t * exp(fit - z * z);
  return select(Element(1.0) - upperTail, upperTail, x < Element(0.0));
}

// φ(x) = exp(−x²/2)/√(2π)
fn normalDensity(x: Element) -> Element {
  return 0.39894228040143268 * exp(-0.5 * x * x);
}
