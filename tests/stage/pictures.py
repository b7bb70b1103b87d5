"""Pictures that the stage's camera takes, with the settings of a ray caster's view."""

from __future__ import annotations

import numpy as np
from raycaster import FRAME_WIDTH, View

from scenes.stage.camera import DepthCamera


def camera_for(looking: View) -> DepthCamera:
    """Return the stage's camera with the settings of a view, before a black background."""
    camera = DepthCamera(
        pixel_width=looking.width, pixel_height=looking.height, background_color="#000000"
    )
    assert abs(camera.frame_width - FRAME_WIDTH) < 1e-9
    return aim(camera, looking)


def aim(camera: DepthCamera, looking: View) -> DepthCamera:
    """Give a camera the settings of a view."""
    camera.set_phi(looking.phi)
    camera.set_theta(looking.theta)
    camera.set_gamma(looking.gamma)
    camera.set_zoom(looking.zoom)
    camera.set_focal_distance(looking.focal)
    camera.frame_center = np.asarray(looking.center, float)
    camera.principal_point = np.asarray(looking.principal_point, float)
    return camera


def picture(camera: DepthCamera, *mobjects) -> np.ndarray:
    """Return the colours (height, width, 3) that a camera draws, as signed numbers."""
    camera.reset()
    camera.capture_mobjects(mobjects)
    return camera.pixel_array[..., :3].astype(int)
