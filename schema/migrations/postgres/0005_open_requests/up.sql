-- Whoever gives an issue up looks for its request: few rows are open, however many were answered.
CREATE INDEX request_open ON request (license_id) WHERE state = 'in_progress';
