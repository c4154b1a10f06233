from fastapi import APIRouter

from db import repository
from shoptel import step

router = APIRouter(prefix="/users")


@router.get("/{user_id}")
def get_user(user_id: int):  # span: GET /api/v1/users/{user_id} # span: GET /api/v1/users/{user_id} http send
    user = repository.find_user(user_id)
    with step("mask personal data", user=user_id):  # span: mask personal data
        user["email"] = "***"
    return user


@router.delete("/{user_id}")
def delete_user(user_id: int):  # span: DELETE /api/v1/users/{user_id} # span: DELETE /api/v1/users/{user_id} http send
    repository.forget_user(user_id)
    return {"deleted": user_id}
