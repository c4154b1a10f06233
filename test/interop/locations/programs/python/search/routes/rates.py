from starlette.responses import JSONResponse


async def latest_rate(request):  # span: GET /rates/{currency} # span: GET /rates/{currency} http send
    return JSONResponse({"currency": request.path_params["currency"], "rate": 0.93})
