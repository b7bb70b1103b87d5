"""The names of the cases, without importing Manim."""

MANIM_EXAMPLES = (
    "ThreeDSurfacePlot",
    "ThreeDLightSourcePosition",
    "ThreeDCameraRotation",
    "FillByValueExample",
    "ParaSurface",
    "PlotSurfaceExample",
    "ExampleSphere",
    "ExampleTorus",
    "ExampleCylinder",
    "ExampleCone",
    "ExampleArrow3D",
    "CubeExample",
    "RotatingDifferentAxis",
)
"""Three-dimensional examples, by their names in Manim's documentation."""

WITHOUT_TWIN = ("descent", "board")
"""Films of ours, which stock Manim cannot render."""

CASES = ("orbit", "fixed", *(f"manim-{name}" for name in MANIM_EXAMPLES), "descent")
"""The cases, in the order they run in."""

ON_REQUEST = ("board",)
"""Cases that run when they are named."""
