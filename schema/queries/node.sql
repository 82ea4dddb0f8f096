-- The node itself.

-- name: node_get
SELECT id, epoch FROM node;
