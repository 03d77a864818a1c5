"""One client a service, over one transport with a time limit, a retry and a circuit breaker."""
