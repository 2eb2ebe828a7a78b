/** Of the types, the charts and istiod, which are made for each other. */
export const istioVersion = "v0.0.0-20260827124520-eed52ebb66ad";
