"""What a curve shows: noise, trend, rise, steps. Rules, charts and the live monitor share it."""
