"""Makes datasets anew: what goes in is never changed, what comes out is whole or not there."""
