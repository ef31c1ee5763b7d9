"""`make demo`: the main job on the embedded defaults, told step by step, then both sites served."""
