"""The faculties: hearing, understanding, acting, remembering, speaking."""
